/** What a vendor grants with a serial. */
export interface Grant {
  /** Of the serial; its last characters are all that is shown of it. */
  readonly id: string;
  /** Successful deploys it is good for. */
  readonly deployments: number;
  /** Whom it was sold to. Default: nobody is named. */
  readonly licensee?: string;
  /** Name of the only release it is good for. Default: every release. */
  readonly release?: string;
  /** Milliseconds since the epoch. */
  readonly issuedAt?: number;
  /** Milliseconds since the epoch. Default: never. */
  readonly expiresAt?: number;
}

/** A serial that this engine was activated with. */
export interface ActivatedSerial extends Grant {
  readonly activatedAt: number;
  /** Deploys under it that ended `ok`. */
  readonly used: number;
}

const SHOWN = 4;

/** `…3f9c`: enough to tell one's own serials apart. */
export const masked = ({ id }: Pick<Grant, 'id'>): string => `…${id.slice(-SHOWN)}`;

export const left = ({ deployments, used }: Pick<ActivatedSerial, 'deployments' | 'used'>): number =>
  Math.max(0, deployments - used);

export const isOver = ({ expiresAt }: Pick<Grant, 'expiresAt'>, now: number): boolean =>
  expiresAt !== undefined && now >= expiresAt;

/** `2027-01-31 23:59 UTC`. */
export const day = (time: number): string => `${new Date(time - 1).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
