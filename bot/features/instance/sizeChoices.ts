import * as z from "zod";
import type { Choice } from "../../core/card.ts";
import { dayMs } from "../../core/clock.ts";
import type { Machine } from "../../core/cloud.ts";
import type { Chooser } from "../../core/command.ts";
import { type Price, roundMonthlyPhrase } from "../../core/price.ts";
import type { Settings } from "../../core/settings.ts";
import type { Periodic } from "../../parts.ts";

/** What the sizes on offer are, in a row of the cache. */
const cacheName = ({ location }: Pick<Settings, "location">): string => `machines-${location}`;
const cachedShape = z.array(z.object({ size: z.string(), cores: z.number(), memoryGb: z.number() }));

/** The sizes on offer, each with what it is and costs. */
export async function sizeChoices({ settings, store, price }: Chooser): Promise<readonly Choice[]> {
  const [cached, prices] = await Promise.all([
    store.cached(cacheName(settings)),
    Promise.all(settings.sizes.map((size) => price(size))),
  ]);
  const machines = cachedShape.safeParse(cached?.value).data ?? [];
  return settings.sizes.map((size, index) => ({
    value: size,
    name: sizePhrase(
      size,
      machines.find((machine) => machine.size === size),
      prices[index],
    ),
  }));
}

/** The same without the size that the VM has. */
export async function otherSizeChoices(chooser: Chooser): Promise<readonly Choice[]> {
  const present = chooser.instance?.size ?? chooser.settings.size;
  return (await sizeChoices(chooser)).filter(({ value }) => value !== present);
}

/** `2 vCPU, 4 GB · Standard_B2als_v2 · about $37 a month`. */
const sizePhrase = (size: string, machine: Machine | undefined, price: Price | undefined): string =>
  [
    ...(machine ? [`${machine.cores} vCPU, ${machine.memoryGb} GB`] : []),
    size,
    ...(price ? [roundMonthlyPhrase(price)] : []),
  ].join(" · ");

/** Asks Azure once a day, and when other sizes are on offer: Azure's list is long, and no answer may wait for it. */
export const refreshMachines: Periodic = {
  name: "machines",
  everyMs: dayMs,
  basis: ({ sizes }) => sizes.join(" "),
  async run({ cloud, store, settings, clock }) {
    const machines = await cloud.machines(settings.place, settings.sizes);
    await store.cache(cacheName(settings), machines, clock.now());
  },
};
