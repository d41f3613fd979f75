/** A client's refusal: nothing is sent. The sentence says what is allowed. */
export class Refusal extends Error {}
