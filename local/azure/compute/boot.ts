/** How a VM's current boot goes; simulated times, ms. */
export interface Boot {
  /** When the VM started to run. */
  readonly since: number;
  /** When cloud-init finishes. */
  readonly done: number;
  /** When the gateway answers. */
  readonly gateway: number;
  /** The exit code of cloud-init: 0, 1 crash, 2 recovered; 11 to 14 and 16: what ready.sh finds missing or wrong; 124: it never ends. */
  readonly exitCode: number;
}
