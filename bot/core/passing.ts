/** A refusal by Azure that passes on its own. */
export interface Passing {
  /** For the member, if it didn't pass in time: what happened, what to do. */
  readonly sentence: string;
  /** How long until another attempt is worth it, in seconds. A Retry-After from Azure takes precedence. */
  readonly waitSeconds: number;
  /** How often to restart a deployment that failed with it, because it may be permanent. Absent: until the deadline. */
  readonly tries?: number;
}

const soon = "Try again in a few minutes; if it happens again, tell an admin.";
const busy: Passing = {
  sentence: `Azure was still busy with another step when I stopped waiting. ${soon}`,
  waitSeconds: 10,
};
const unsure: Passing = { ...busy, tries: 5 };
const trouble: Passing = { ...unsure, sentence: `Azure had a problem of its own. ${soon}` };
const newIdentity: Passing = {
  sentence: `Azure didn't know the new identity yet when I stopped waiting. ${soon}`,
  waitSeconds: 10,
};

/**
 * Refusals that pass on their own, although neither their status (400, 409) nor a Retry-After says so. The bot waits for them until
 * the operation's deadline, both directly and inside a deployment. Each code was seen in public; its source stands with it. What
 * holds a resource that can't be deleted has no code of its own: the bot reads it again (`bot/cloud/inUse.ts`).
 */
export const passing: Readonly<Record<string, Passing>> = {
  // Compute keeps the interface of a VM that it refused, or that never ran, for 180 seconds. 400.
  // Azure/karpenter-provider-azure#92 (2024), microsoft/AzureTRE#4474 (2025), rancher/machine#359 (2026).
  NicReservedForAnotherVm: {
    sentence:
      "Azure keeps the network card of a refused VM for a few minutes and hadn't released it when I stopped waiting. Try again in a few minutes.",
    waitSeconds: 30,
  },
  // The resource it refers to is being changed. 400, or inside a 429. hashicorp/terraform#7986 (2016), #14365 (2017).
  ReferencedResourceNotProvisioned: busy,
  // 409. kubernetes/kubernetes#78657 (2019); azure-docs, "Troubleshoot virtual machine deployment due to detached disks" (2019).
  AttachDiskWhileBeingDetached: {
    sentence: `Azure was still detaching the disk from its former VM when I stopped waiting. ${soon}`,
    waitSeconds: 15,
  },
  // A newer call replaced one of the bot's. Inside an operation that was canceled. Azure/azure-cli#21156 (2022).
  CanceledAndSupersededDueToAnotherOperation: busy,
  // 409. hashicorp/packer#8038 (2019); Microsoft Learn, "Automatic deletions from deployment history" (2026): "try again after a short wait".
  DeploymentQuotaExceeded: {
    sentence:
      "The resource group's deployment history is full: Azure keeps at most 800. Ask an admin to delete old ones in Azure (the resource group, Deployments), then try again.",
    waitSeconds: 60,
  },
  // Read again, and found to be held by nothing, or by a resource of the bot's that is already deleted (`bot/cloud/inUse.ts`).
  StillInUse: {
    sentence: `Azure still counted part of it as in use when I stopped waiting. ${soon}`,
    waitSeconds: 10,
  },
  // 409. cloudfoundry/bosh-azure-cpi-release#762, Azure-Samples/azuresandbox#553, microsoft/lisa#4623 (all 2026).
  ConflictingConcurrentWriteNotAllowed: busy,
  // 409, or inside a deployment. microsoft/AzureTRE#2222 (2022); Microsoft Learn, "Troubleshoot common Azure deployment errors" (2026).
  AnotherOperationInProgress: busy,
  DeploymentActive: busy,
  // Its name is free once Azure has deleted the old one. 409. Azure/data-factory-deploy-action#25 (2023).
  DeploymentBeingDeleted: busy,
  // Someone is deleting the secret; after that it can be recovered. 409. hashicorp/terraform-provider-azurerm#10454 (2021).
  ObjectIsBeingDeleted: busy,
  // A newer operation on the VM goes first (Microsoft Learn, "Troubleshoot common Azure deployment errors", 2026).
  OperationPreempted: unsure,
  // Compute's code for two simultaneous calls (microsoft/onefuzz#2124, 2022), and other services' code for much else.
  Conflict: unsure,
  // Entra is behind: a principal (same page), a user-assigned identity (retried by Azure/azure-service-operator, 2025).
  PrincipalNotFound: newIdentity,
  FailedIdentityOperation: { ...newIdentity, tries: 5 },
  // Inside a deployment no status tells of throttling or of Azure's own trouble. "Please retry later": Azure/azure-cli#12751 (2020),
  // Azure/azure-powershell#14460 (2021), cloudfoundry/bosh-azure-cpi-release#101 (2016).
  TooManyRequests: busy,
  InternalServerError: trouble,
  InternalExecutionError: trouble,
  NetworkingInternalOperationError: trouble,
};

/** What is known about a passing code. The network has many of them: RetryableErrorDueToAnotherOperation, RetryableErrorNewAsyncOperationStarted, … */
export const passingOf = (code: string): Passing | undefined =>
  passing[code] ?? (code.startsWith("RetryableError") ? busy : undefined);

/** Whether to retry: throttled, no answer, Azure's own trouble, or a passing code. `status`: of HTTP; 0 if no answer came. */
export const isPassing = ({ status, code }: { readonly status: number; readonly code: string }): boolean =>
  status === 0 ||
  // The token has just expired, or the identity service is behind.
  status === 401 ||
  status === 429 ||
  status >= 500 ||
  passingOf(code) !== undefined;
