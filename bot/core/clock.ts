/** The only source of time; tests and simulators bring their own. */
export interface Clock {
  now(): Date;
}
