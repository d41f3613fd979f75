import { describe, expect, it } from "vitest";
import { explanations, sentenceFor } from "../../../bot/cards/faultSentences.ts";
import { isPassing, passing, passingOf } from "../../../bot/core/passing.ts";

describe("a refusal passes by itself", () => {
  it.each([
    "NicReservedForAnotherVm",
    "ReferencedResourceNotProvisioned",
    "AttachDiskWhileBeingDetached",
    "CanceledAndSupersededDueToAnotherOperation",
    "DeploymentQuotaExceeded",
    "ConflictingConcurrentWriteNotAllowed",
    "AnotherOperationInProgress",
    "DeploymentBeingDeleted",
    "OperationPreempted",
    "Conflict",
    "PrincipalNotFound",
    "FailedIdentityOperation",
    "InternalExecutionError",
    "RetryableErrorDueToAnotherOperation",
    "RetryableErrorNewAsyncOperationStarted",
    "StillInUse",
    "ObjectIsBeingDeleted",
  ])("by its code, whatever its status: %s", (code) => {
    expect([400, 404, 409].map((status) => isPassing({ status, code }))).toEqual([true, true, true]);
  });

  it.each([0, 401, 429, 500, 503])("by its status: %i", (status) => {
    expect(isPassing({ status, code: "NeverHeardOf" })).toBe(true);
  });

  it.each([
    "ScopeLocked",
    "InUseElsewhere",
    "OperationNotAllowed",
    "QuotaExceeded",
    "SkuNotAvailable",
    "AllocationFailed",
    "AuthorizationFailed",
    "RequestDisallowedByPolicy",
    "ResourceGroupBeingDeleted",
    "NicInUse",
    "NeverHeardOf",
  ])("and another does not: %s", (code) => {
    expect([400, 403, 409].map((status) => isPassing({ status, code }))).toEqual([false, false, false]);
  });
});

it.each(Object.entries(passing))(
  "%s says what to do, and is asked again within two minutes",
  (code, known) => {
    expect(explanations[code]).toBeUndefined();
    expect(sentenceFor({ code, detail: "", correlation: "" })).toBe(known.sentence);
    expect(known.sentence).toMatch(/[Tt]ry again/);
    expect(known.waitSeconds).toBeGreaterThanOrEqual(10);
    expect(known.waitSeconds).toBeLessThanOrEqual(120);
  },
);

it("what the network calls a retryable error is reported like any other", () => {
  expect(passingOf("RetryableErrorDueToAnotherOperation")).toBe(passing["AnotherOperationInProgress"]);
});
