import type { NodeContext } from '../../cluster/node-context.ts';
import { type Command, sh } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Step } from '../../domain/step.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { seeTime } from '../checks/see-time.ts';
import { digestSeen, seeFiles } from '../checks/wanted-file.ts';

const FILE = '/var/vcap/jobs/haproxy/config/cert.pem';

interface CertificateFacts {
  /** False while there is no file, or nothing to read it with. */
  readonly canBeRead: boolean;
  /** As openssl prints it; undefined = the file holds no certificate. */
  readonly notAfter: string | undefined;
  readonly hasExpired: boolean;
  readonly names: readonly string[];
  readonly hasItsKey: boolean;
}

const canRead = sh`command -v openssl >/dev/null && [ -s ${FILE} ]`;

// Only what openssl 0.9.8 knows too.
const readIt = sh`
  told=$(openssl x509 -in ${FILE} -noout -enddate -subject -text -pubkey -checkend 0) || echo expired=yes
  echo "$told" | sed -n 's/^notAfter=/not-after=/p; s/^subject=.*CN *= *\([^,/]*\).*/name=\1/p'
  echo "$told" | tr ',' '\n' | sed -n 's/^ *DNS:/name=/p'
  key=$(openssl rsa -in ${FILE} -pubout)
  case $told in *"$key"*) [ -z "$key" ] || echo key=own ;; esac`;

/**
 * Sets `told_certificate`. openssl is slow to start, so a look keeps what it says of a file behind the file's digest and the
 * second at which the certificate expires.
 */
const seeCertificate = (): Command => sh`
  told_certificate=
  if ${canRead}; then
    ${digestSeen(FILE)}
    kept=\${known_certificate#"$digest until "}
    if [ -n "$digest" ] && [ "$kept" != "$known_certificate" ] && [ "$now" -lt "\${kept%%:*}" ]; then
      told_certificate=\${kept#*:}
    else
      known_certificate=
      told_certificate=$(
        ${readIt}
      )
      until=$(date -d "$(echo "$told_certificate" | sed -n 's/^not-after=//p')" +%s)
      # Nothing has changed meanwhile.
      case $told_certificate:$(sha256sum ${FILE}) in
        *expired=yes*) ;;
        *":$digest "*) [ -z "$until" ] || known_certificate="$digest until $until:$told_certificate" ;;
      esac
    fi
  fi 2>/dev/null </dev/null`;

/** haproxy starts with any certificate that parses; whether clients can use it shows only here. */
export const frontCertificate = ({
  address,
  configuration,
}: Pick<NodeContext, 'address' | 'configuration'>): Step<CertificateFacts> => {
  const wildcard = `*.${configuration.properties.domain}`;
  return {
    title: 'front certificate',

    check: {
      run: sh`
        ${canRead} && echo readable=yes || exit 0
        if [ -n "$told_certificate" ]; then
          echo "$told_certificate"
        else
          ${readIt}
        fi
        true`,
      together: [
        { read: seeFiles, names: [FILE] },
        { read: seeTime, names: [] },
        { read: seeCertificate, names: [], keeps: 'known_certificate' },
      ],
      parse: ({ stdout }) => {
        const answers = readAnswers(stdout);
        return {
          canBeRead: answers.has('readable'),
          notAfter: answers.value('not-after'),
          hasExpired: answers.has('expired'),
          names: answers.all('name'),
          hasItsKey: answers.has('key', 'own'),
        };
      },
    },

    changes: (facts) => {
      const problems = facts.canBeRead ? problemsOf(facts, wildcard) : [];
      if (problems.length === 0) return [];
      throw new DeploymentEngineError(
        'CertificateInvalid',
        phrase('{address}: {file} {problems}.', { address, file: FILE, problems }),
      );
    },
  };
};

function problemsOf({ notAfter, hasExpired, names, hasItsKey }: CertificateFacts, wildcard: string): Text[] {
  if (notAfter === undefined) return ['holds no certificate'];
  return [
    ...(hasExpired ? [phrase('expired on {date}', { date: notAfter })] : []),
    ...(names.includes(wildcard)
      ? []
      : [
          phrase('is for {names}; the domain needs {wanted}', {
            names: names.length === 0 ? 'nobody' : [...new Set(names)],
            wanted: wildcard,
          }),
        ]),
    ...(hasItsKey ? [] : ['lacks the private key that belongs to it']),
  ];
}
