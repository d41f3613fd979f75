/** How the Bot Connector names a bot. */
export const botId = (appId: string): string => `28:${appId}`;
