/** The longest request body that is read at all, in bytes: several times what either platform sends for the longest message. */
export const mostBytes = 256 * 1024;
/** The longest text, in UTF-16 units: somewhat more than an option may have. */
export const mostText = 32 * 1024;
/** Far more people than any command takes. */
export const mostMentions = 20;
