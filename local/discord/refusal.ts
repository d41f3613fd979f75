/** The client refuses and sends nothing. The sentence says what is allowed. */
export class Refusal extends Error {}
