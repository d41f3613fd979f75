import { bulkTask } from "../../batch/bulk.ts";
import type { Feature } from "../../parts.ts";

export const many: Feature = {
  tasks: [bulkTask],
};
