import type { Fault } from "../../core/errors.ts";
import type { Step, View } from "../../core/operation.ts";
import { isLeft, keptDisk } from "../../steps/remains.ts";
import { keysSeen } from "../../steps/running.ts";

/** OpenClaw answers. */
export function ready(view: View): Step {
  const { operation, truth, now, blind } = view;
  return {
    finish: "succeeded",
    phase: "ready",
    instance: {
      state: "ready",
      seenAt: now.toISOString(),
      generation: operation.id,
      bornAt: operation.startedAt,
      // Where Azure can't be read, no address is better than that of the VM before: the next look fills it in.
      publicIp: truth.publicIp?.address,
      networkPolicy: operation.pins?.networkPolicy,
      ...(blind
        ? {}
        : {
            size: truth.vm?.size,
            homeDisk: truth.homeDisk && { sizeGb: truth.homeDisk.sizeGb, sku: truth.homeDisk.sku },
          }),
      backup: undefined,
      fault: undefined,
      ...keysSeen(view),
    },
  };
}

/** What was created stays for inspection: `retry` builds again, `cancel` clears up. */
export function failed({ truth, now, blind }: View, fault: Fault): Step & { readonly finish: "failed" } {
  const left = blind || isLeft(truth, "unmounted");
  return {
    finish: "failed",
    fault,
    instance: {
      state: left ? "broken" : "absent",
      seenAt: now.toISOString(),
      fault,
      // A home disk that a VM has used does not count as left over, but is kept.
      ...(left ? {} : { generation: undefined, homeDisk: keptDisk(truth, now) }),
    },
  };
}
