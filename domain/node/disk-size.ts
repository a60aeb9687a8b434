/** GB of 10^9 bytes with one decimal, as fdisk prints them: 53.7 for a disk of 50 GiB. */
export const diskGB = (bytes: number): number => Math.round(bytes / 1e8) / 10;

/** The unit of `DISK` in the documented API: GB, times 1024. */
export const documentedDisk = (bytes: number): number => Math.round(diskGB(bytes) * 10_240) / 10;
