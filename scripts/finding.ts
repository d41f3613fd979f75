/** Something checked before a deployment: fine, or what to do about it. */
export interface Finding {
  readonly about: string;
  readonly fine: boolean;
  readonly says: string;
}

export const fine = (about: string, says: string): Finding => ({ about, fine: true, says });
export const bad = (about: string, says: string): Finding => ({ about, fine: false, says });
