import { botPartition } from "../../core/names.ts";
import type { Change, Row, Store } from "../../core/store.ts";
import { type ImportPart, importRow } from "../../core/team.ts";

/** All rows of an import, in order. Empty if it was deleted. */
export async function importRows(id: string, store: Pick<Store, "get">): Promise<readonly Row<ImportPart>[]> {
  const read = (part: number) => store.get(botPartition, "import", importRow(id, part));
  const first = await read(0);
  if (!first) return [];
  const rest = Array.from({ length: first.value.parts - 1 }, (_, i) => read(i + 1));
  return [first, ...(await Promise.all(rest)).flatMap((row) => row ?? [])];
}

/** @param etag absent for a new row */
export const importChange = (value: ImportPart, etag?: string): Change => ({
  kind: "import",
  id: importRow(value.id, value.part),
  value,
  etag,
});
