import { randomInt } from 'node:crypto';

/** An address of loopback that nobody else knows: one of 2^24, none of 127.0.0.0/16, which a web page would try first. */
export const drawnLoopback = (): string => ['127', randomInt(1, 255), randomInt(256), randomInt(1, 255)].join('.');
