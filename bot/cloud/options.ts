import type { TokenCredential } from "@azure/identity";
import type { Settings } from "../core/settings.ts";
import type { Buckets } from "./buckets.ts";
import type { Scripts } from "./scripts.ts";

export interface AzureOptions
  extends Pick<Settings, "location" | "homeDisk" | "openclawPort" | "backupGroup"> {
  readonly credential: TokenCredential;
  /** Azure Resource Manager, without a trailing slash. */
  readonly endpoint: string;
  /** The scope of its tokens, such as `https://management.azure.com/.default`. */
  readonly scope: string;
  /** The vault's address, and its resource id. */
  readonly vault: { readonly url: string; readonly id: string };
  /** The one secret whose value the bot reads: its own token's. */
  readonly readsSecret: string | undefined;
  /** Resource ids of what `infra/main.bicep` creates. */
  readonly bootIdentityId: string;
  readonly scaleSetId: string;
  /** Off: VMs don't belong to a scale set. */
  readonly attachToScaleSet: boolean;
  readonly subnetId: string;
  /** The break-glass account, and its public key if someone has one. */
  readonly adminUsername: string;
  readonly breakGlassPublicKey: string | undefined;
  /** The blob with Node and OpenClaw. Undefined: each VM installs them from npm. */
  readonly archive: { readonly url: string; readonly sha256: string } | undefined;
  /** Whether VMs also get pnpm and Claude Code. */
  readonly extras: boolean;
  /** For tags. */
  readonly environment: string;
  readonly buckets: Buckets;
  readonly scripts: Scripts;
  randomBytes(count: number): Uint8Array;
}
