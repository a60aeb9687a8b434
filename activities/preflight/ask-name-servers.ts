import { type Command, sh } from '../../domain/command.ts';
import { type AskedName, DNS_SECONDS, type DnsView } from '../../domain/node/cluster-names.ts';
import { readAnswers } from '../checks/answers.ts';

/**
 * Every system of ours has perl, and none has a program that asks name servers alone: getent reads the hosts file too. All of them
 * are asked at once; an answer counts more than a refusal. Records of another kind than asked for are kept for a warning.
 */
const ASK = String.raw`
  use IO::Select;
  my $class = eval { require IO::Socket::IP; 1 } ? "IO::Socket::IP" : do { require IO::Socket::INET; "IO::Socket::INET" };
  my ($seconds, $type, @names) = @ARGV;
  my $other = $type == 1 ? 28 : 1;
  my $place = $ENV{RESOLV_CONF} || "/etc/resolv.conf";
  open my $file, "<", $place or exit;
  my @servers = map { /^\s*nameserver\s+(\S+)/ ? $1 : () } <$file>;
  my (%open, %asked, $number);
  print "server=$_\n" for @servers;
  my $select = IO::Select->new;
  my $port = $ENV{DNS_PORT} || 53;
  for my $server (@servers) {
    my $socket = $class->new(PeerHost => $server, PeerAddr => $server, PeerPort => $port, Proto => "udp") or next;
    $select->add($socket);
    for my $name (@names) { for my $kind ($type, $other) {
      my $id = ++$number;
      $asked{$id} = [$name, $kind]; $open{$id} = 1;
      my $labels = join "", map { pack "C/a", $_ } split /\./, $name;
      $socket->send(pack("n6", $id, 0x100, 1, 0, 0, 0) . $labels . pack("Cnn", 0, $kind, 1));
    } }
  }
  my $end = time + $seconds;
  while (%open and (my $left = $end - time) > 0) {
    for my $socket ($select->can_read($left)) {
      my $answer;
      defined $socket->recv($answer, 4096) or do { $select->remove($socket); next };
      my ($id, $flags, undef, $count) = unpack "n4", $answer;
      my $question = delete $open{$id} ? $asked{$id} : next;
      my ($name, $kind) = @$question;
      my $at = 12;
      my $skip = sub {
        while ((my $length = ord substr $answer, $at, 1) > 0) { if ($length >= 192) { $at += 2; return } $at += $length + 1 }
        $at++;
      };
      my $name_at = sub {
        my ($from) = @_;
        my @labels;
        for (1 .. 64) {
          my $length = ord substr $answer, $from, 1 or last;
          if ($length >= 192) { $from = 0x3fff & unpack "n", substr $answer, $from, 2; next }
          push @labels, substr $answer, $from + 1, $length;
          $from += $length + 1;
        }
        (my $text = join ".", @labels) =~ tr/A-Za-z0-9._-//cd;
        $text;
      };
      $skip->(); $at += 4;
      my $code = $flags & 15;
      my @found;
      for (1 .. $count) {
        $skip->();
        my ($what, undef, undef, $size) = unpack "nnNn", substr $answer, $at, 10;
        my $content = substr $answer, $at + 10, $size;
        $at += 10 + $size;
        push @found, join ".", unpack "C4", $content if $what == 1 and $kind == 1;
        push @found, join ":", map { sprintf "%x", $_ } unpack "n8", $content if $what == 28 and $kind == 28;
        push @found, "alias=" . $name_at->($at - $size) if $what == 5;
      }
      print "answer=$name " . ($kind == $type ? "same" : "other") . " $code @found\n";
    }
    last unless $select->count;
  }`;

/** Prints what `nodeView` reads. */
export const askNameServers = (names: readonly string[], isIPv6: boolean): Command =>
  sh`perl -e ${ASK} ${DNS_SECONDS} ${isIPv6 ? 28 : 1} ${names} 2>/dev/null || true`;

interface Heard {
  readonly name: string;
  readonly kind: string;
  readonly code: number;
  readonly found: readonly string[];
}

/** Undefined where the node could not ask. */
export function nodeView(from: string, names: readonly string[], stdout: string): DnsView | undefined {
  const { all } = readAnswers(stdout);
  const servers = all('server');
  if (servers.length === 0) return undefined;
  const heard = all('answer').map(heardIn);
  return {
    from,
    servers,
    names: names.map((name) =>
      nameOf(
        name,
        heard.filter((each) => each.name === name),
      ),
    ),
  };
}

function heardIn(line: string): Heard {
  const [name = '', kind = '', code = '', ...found] = line.split(' ');
  return { name, kind, code: Number(code), found: found.map(shortened) };
}

/** An IPv6 address in its usual form. */
const shortened = (address: string): string =>
  address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;

/** Before the name that another one stands for. */
const ALIAS = 'alias=';
const NO_ERROR = 0;
const NO_SUCH_NAME = 3;

function nameOf(name: string, heard: readonly Heard[]): AskedName {
  const of = (kind: string) => heard.filter((each) => each.kind === kind);
  const addressesIn = (answers: readonly Heard[]): string[] => [
    ...new Set(answers.flatMap(({ found }) => found.filter((each) => !each.startsWith(ALIAS)))),
  ];
  const addresses = addressesIn(of('same'));
  if (addresses.length > 0) return { name, answer: 'addresses', addresses };
  const codes = of('same').map(({ code }) => code);
  if (codes.includes(NO_ERROR) || codes.includes(NO_SUCH_NAME)) {
    const alias = of('same')
      .flatMap(({ found }) => found)
      .findLast((each) => each.startsWith(ALIAS))
      ?.slice(ALIAS.length);
    return {
      name,
      answer: 'unknown',
      addresses,
      others: addressesIn(of('other')),
      ...(alias === undefined ? {} : { alias }),
    };
  }
  return { name, answer: codes.length > 0 ? 'refused' : 'silent', addresses };
}
