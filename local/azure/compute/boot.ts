/** How the present boot of a VM goes; simulated times, ms. */
export interface Boot {
  /** When the VM began to run. */
  readonly since: number;
  /** When cloud-init is through. */
  readonly done: number;
  /** When the gateway answers. */
  readonly gateway: number;
  /** What cloud-init exits with: 0, 1 crash, 2 recovered; 11 to 14 and 16: what ready.sh finds missing or wrong; 124: it never ends. */
  readonly exitCode: number;
}
