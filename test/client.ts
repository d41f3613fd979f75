/** What somebody sees on their screen, whatever the platform. */
export interface Seen {
  readonly id: string;
  /** Everything that can be read, in order. */
  readonly text: string;
  /** Verbatim blocks, such as commands to copy. */
  readonly code: readonly string[];
  readonly buttons: readonly string[];
  /** Where its button to a page on the web leads. */
  readonly link?: string | undefined;
  /** Names of the fields that have to be filled in; empty when it is no form. */
  readonly fields: readonly string[];
  /** Only this person sees it. */
  readonly private: boolean;
}
