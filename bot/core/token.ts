/** The token by which a platform knows the bot. */
export interface Token {
  readonly value: string;
  /** The version of the value: another value has another version. */
  readonly version: string;
}

/** Where a platform gets the bot's own token. */
export interface TokenSource {
  /**
   * The token to send. Call it before each use, because the token can change at any time.
   * @throws PlatformUnwell while there is none
   */
  get(): Promise<Token>;
  /** The platform rejected it: this version is not returned again. */
  refuse(token: Token): Promise<void>;
}
