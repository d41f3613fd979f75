/**
 * How many characters are looked at while something runs. Whoever looks through a text counts all of it, as if nothing were found before
 * its end; a pattern that goes on from where it stopped counts what it has passed. So the figure says how the effort grows, whatever the
 * machine does meanwhile. (That a pattern looks at each character a bounded number of times is for `npm run check:patterns`.)
 */
export function looksIn(act: () => void): number {
  let looks = 0;
  const whole = (self: unknown): number => String(self).length;
  const counting = (
    of: object,
    name: string,
    count: (self: unknown, result: unknown) => number,
  ): (() => void) => {
    const original: unknown = Reflect.get(of, name);
    if (typeof original !== "function") throw new Error(`there is no ${name}`);
    const put = (value: unknown) =>
      Object.defineProperty(of, name, { configurable: true, writable: true, value });
    put(function (this: unknown, ...given: unknown[]): unknown {
      const result: unknown = Reflect.apply(original, this, given);
      looks += count(this, result);
      return result;
    });
    return () => put(original);
  };
  const { exec } = RegExp.prototype;
  function countingExec(this: RegExp, text: string): RegExpExecArray | null {
    const goesOn = this.global || this.sticky;
    const from = goesOn ? this.lastIndex : 0;
    const found = Reflect.apply(exec, this, [text]);
    looks += (found && goesOn ? this.lastIndex : text.length) - from + 1;
    return found;
  }
  const put = (value: unknown) =>
    Object.defineProperty(RegExp.prototype, "exec", { configurable: true, writable: true, value });
  const undo = [
    ...["includes", "indexOf", "lastIndexOf", "toLowerCase", "split", "trim", "replaceAll"].map((name) =>
      counting(String.prototype, name, whole),
    ),
    counting(String.prototype, "charAt", () => 1),
    counting(String.prototype, "slice", (_, result) => String(result).length),
    counting(Array.prototype, "join", (_, result) => String(result).length),
  ];
  put(countingExec);
  try {
    act();
  } finally {
    put(exec);
    for (const each of undo) each();
  }
  return looks;
}
