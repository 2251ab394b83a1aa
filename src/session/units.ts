/** Epoch milliseconds. */
export type EpochMs = number;
/** A duration in milliseconds. */
export type Milliseconds = number;
/** Memory or disk in bytes. */
export type Bytes = number;
/** CPU in percent of one core: 200 is two cores busy. */
export type CpuPercent = number;
