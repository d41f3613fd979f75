/** What a platform knows the bot by. */
export interface Token {
  readonly value: string;
  /** Of the value: another one has another version. */
  readonly version: string;
}

/** Where a platform gets the bot's own token. */
export interface TokenSource {
  /**
   * The token that may be sent; asked for before each use, since it can change at any time.
   * @throws PlatformUnwell while there is none
   */
  get(): Promise<Token>;
  /** The platform does not know it: this version is not given again. */
  refuse(token: Token): Promise<void>;
}
