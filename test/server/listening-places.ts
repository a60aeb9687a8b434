import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Where processes listen: IPv4 sockets of the kernel's table that are theirs, as `127.0.0.1:7233`. */
export function listeningPlaces(pids: readonly string[]): string[] {
  const own = new Set(pids.flatMap(socketsOf));
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  return rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
    return state === LISTEN && own.has(inode) ? [placeOf(local)] : [];
  });
}

const LISTEN = '0A';

const socketsOf = (pid: string): string[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1] ?? [];
    } catch {
      return []; // closed meanwhile
    }
  });

/** `0100007F:1C41` -> `127.0.0.1:7233`. */
function placeOf(local: string): string {
  const [address = '', port = ''] = local.split(':');
  return `${Buffer.from(address, 'hex').reverse().join('.')}:${Number.parseInt(port, 16)}`;
}
