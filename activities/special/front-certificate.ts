import type { NodeContext } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Step } from '../../domain/step.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';

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

/** haproxy starts with any certificate that parses; whether clients can use it shows only here. */
export const frontCertificate = ({
  address,
  configuration,
}: Pick<NodeContext, 'address' | 'configuration'>): Step<CertificateFacts> => {
  const wildcard = `*.${configuration.properties.domain}`;
  return {
    title: 'front certificate',

    check: {
      // Only what openssl 0.9.8 knows too.
      run: sh`
        command -v openssl >/dev/null && [ -s ${FILE} ] && echo readable=yes || exit 0
        told=$(openssl x509 -in ${FILE} -noout -enddate -subject -text -pubkey -checkend 0) || echo expired=yes
        echo "$told" | sed -n 's/^notAfter=/not-after=/p; s/^subject=.*CN *= *\([^,/]*\).*/name=\1/p'
        echo "$told" | tr ',' '\n' | sed -n 's/^ *DNS:/name=/p'
        key=$(openssl rsa -in ${FILE} -pubout)
        case $told in *"$key"*) [ -z "$key" ] || echo key=own ;; esac
        true`,
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
