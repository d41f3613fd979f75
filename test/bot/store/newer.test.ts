import { randomBytes } from "node:crypto";
import { TableClient } from "@azure/data-tables";
import { expect, test } from "vitest";
import * as z from "zod";
import { type Change, type RowKind, rowShapes } from "../../../bot/core/store.ts";
import { wordsShape } from "../../../bot/core/text.ts";
import { rowKey } from "../../../bot/store/rowFormat.ts";
import { tableStore } from "../../../bot/store/tables.ts";
import { storageAccount } from "../../azurite.ts";

const time = "2026-01-31T09:05:00.000Z";

/**
 * What a newer version may write: every field that there is, and in each object one that there is not.
 * @param which of several forms it takes, where there are some
 */
function newer(shape: z.core.$ZodType, which: number): unknown {
  const within = (part: z.core.$ZodType) => newer(part, which);
  if (shape === wordsShape) return ["Since ", { time }];
  if (shape instanceof z.ZodObject) {
    const fields = Object.entries<z.core.$ZodType>(shape.shape).map(([name, part]) => [name, within(part)]);
    return { ...Object.fromEntries(fields), newHere: { by: "a newer version" } };
  }
  if (shape instanceof z.ZodOptional) return within(shape.unwrap());
  if (shape instanceof z.ZodArray) return [within(shape.element)];
  if (shape instanceof z.ZodTuple) return shape.def.items.map(within);
  if (shape instanceof z.ZodRecord) return { one: within(shape.valueType) };
  if (shape instanceof z.ZodUnion) return shape.options.map(within)[which % shape.options.length];
  const some = [time, "Standard_B2s", 1, 90, true, ...(shape instanceof z.ZodEnum ? shape.options : [])];
  const fitting = some.find((value) => z.safeParse(shape, value).success);
  if (fitting === undefined) throw new Error(`nothing here fits a ${shape._zod.def.type}`);
  return fitting;
}

const cases = (Object.keys(rowShapes) as RowKind[]).flatMap((kind) =>
  [0, 1].map((which) => [kind, which] as const),
);

test.each(cases)(
  "what a newer version has added to %s survives, however deep it lies (form %s)",
  async (kind, which) => {
    const connectionString = storageAccount();
    const table = TableClient.fromConnectionString(connectionString, "state", {
      allowInsecureConnection: true,
    });
    const entity = { partitionKey: "p", rowKey: rowKey(kind, "1") };
    const written = newer(rowShapes[kind], which);
    await table.createTable();
    await table.createEntity({ ...entity, json: JSON.stringify(written) });

    const store = tableStore({ connectionString }, randomBytes, { now: () => new Date(time) });
    const found = await store.get("p", kind, "1");
    if (!found) throw new Error(`${kind} is not found`);
    await store.commit("p", [{ kind, id: "1", value: found.value, etag: found.etag } as Change]);

    const { json } = await table.getEntity<{ json: string }>(entity.partitionKey, entity.rowKey);
    expect(JSON.parse(json)).toEqual(written);
    expect(json).toContain("newHere");
  },
);
