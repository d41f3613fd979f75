import type { Cloud } from "../core/cloud.ts";

/** A cloud that is created at its first use. */
export const lazily = (cloud: () => Promise<Cloud>): Cloud => ({
  look: async (...args) => (await cloud()).look(...args),
  act: async (...args) => (await cloud()).act(...args),
  runs: async (...args) => (await cloud()).runs(...args),
  resources: async (...args) => (await cloud()).resources(...args),
  snapshots: async (...args) => (await cloud()).snapshots(...args),
  pastDeployments: async (...args) => (await cloud()).pastDeployments(...args),
  forgetDeployment: async (...args) => (await cloud()).forgetDeployment(...args),
  unfitSizes: async (...args) => (await cloud()).unfitSizes(...args),
  machines: async (...args) => (await cloud()).machines(...args),
  missingRights: async (...args) => (await cloud()).missingRights(...args),
  secrets: async () => (await cloud()).secrets(),
});
