/** The groups of files that import each other in a circle (Tarjan's strongly connected components). */
export function circlesIn(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const circles: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (file: string) => {
    const own = order.size;
    order.set(file, own);
    lowest.set(file, own);
    open.push(file);
    const lower = (to: number | undefined) => lowest.set(file, Math.min(lowest.get(file) ?? own, to ?? own));
    for (const next of graph.get(file) ?? []) {
      if (!graph.has(next)) continue;
      if (next === file) circles.push([file]);
      if (!order.has(next)) {
        visit(next);
        lower(lowest.get(next));
      } else if (open.includes(next)) lower(order.get(next));
    }
    if (lowest.get(file) !== own) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1) circles.push(circle.toSorted());
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles;
}
