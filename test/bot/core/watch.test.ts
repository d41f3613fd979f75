import { describe, expect, test } from "vitest";
import type { Truth } from "../../../bot/core/cloud.ts";
import { askedNow, isAsItWas, partly, type Watch, watching } from "../../../bot/core/watch.ts";
import { vm } from "../view.ts";

const run = (state: "running" | "succeeded", output = "") => ({ run: { name: "gateway-op", state, output } });
const starting: Truth = { vm: vm("starting") };

describe("what is asked while something is waited for", () => {
  const asked = (watch: Watch, polls: number) => askedNow({ ...watch, polls })?.join("+") ?? "all";

  test("is the first alone, the others at every third time, and everything at every 24th", () => {
    const watch = watching(["run", "vm"], {}, 5);
    expect([0, 1, 2, 3, 4, 5].map((polls) => asked(watch, polls))).toEqual([
      "run",
      "run",
      "run+vm",
      "run",
      "run",
      "run+vm",
    ]);
    expect([22, 23, 24, 47].map((polls) => asked(watch, polls))).toEqual(["run", "all", "run", "all"]);
  });

  test("is everything where nothing is named", () => {
    expect(askedNow(watching([], {}, 5))).toBeUndefined();
  });

  test("is that part of a look alone", () => {
    const look = {
      parts: ["vm", "ssh"] as const,
      run: "gateway-op",
      deployment: "d",
      snapshot: "s",
      loginsOf: "o",
    };
    expect(partly(["run"], look)).toEqual({ parts: [], run: "gateway-op" });
    expect(partly(["vm", "deployment"], look)).toEqual({ parts: ["vm"], deployment: "d" });
    expect(partly(["snapshot", "signIn"], look)).toEqual({ parts: ["signIn"], snapshot: "s" });
  });
});

describe("what is waited for is over", () => {
  test.each<[string, Truth]>([
    ["the VM runs", { vm: vm("running") }],
    ["the VM is gone", {}],
    ["the VM is another one", { vm: vm("starting", "op9999999999") }],
    [
      "Azure has given it up",
      { vm: { ...vm("starting"), fault: { code: "AllocationFailed", detail: "", correlation: "" } } },
    ],
    ["Azure is at something else with it", { vm: { ...vm("starting"), provisioning: "updating" } }],
  ])("once %s", (_, now) => {
    const watch = watching(["vm"], starting, 3);
    expect(isAsItWas(watch, ["vm"], starting)).toBe(true);
    expect(isAsItWas(watch, ["vm"], now)).toBe(false);
  });

  test("once the script has ended, said more, or is gone", () => {
    const watch = watching(["run", "vm"], { ...run("running"), ...starting }, 5);
    expect(isAsItWas(watch, ["run"], run("running"))).toBe(true);
    for (const now of [run("succeeded"), run("running", "more"), {}])
      expect(isAsItWas(watch, ["run"], now)).toBe(false);
  });

  test("once the VM under a script was stopped, of which the script's view says nothing", () => {
    const watch = watching(["run", "vm"], { ...run("running"), vm: vm("running") }, 5);
    expect(isAsItWas(watch, ["run", "vm"], { ...run("running"), vm: vm("deallocated") })).toBe(false);
  });

  test("once a deployment or a snapshot has ended, or the sign-in is set up", () => {
    const deployment = (state: "running" | "failed") => ({ deployment: { name: "d", state } });
    const building = watching(["deployment"], deployment("running"), 5);
    expect(isAsItWas(building, ["deployment"], deployment("running"))).toBe(true);
    expect(isAsItWas(building, ["deployment"], deployment("failed"))).toBe(false);
    expect(
      isAsItWas(watching(["signIn"], { signIn: "installing" }, 5), ["signIn"], { signIn: "ready" }),
    ).toBe(false);
  });
});
