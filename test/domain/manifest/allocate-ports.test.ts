import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMPONENTS } from '../../../domain/components.ts';
import { allocatePorts } from '../../../domain/manifest/allocate-ports.ts';
import { v160 } from '../../../domain/versions/v160.ts';
import { v170 } from '../../../domain/versions/v170.ts';
import { v194 } from '../../../domain/versions/v194.ts';
import type { PortSetting, ReleaseVersion } from '../../../domain/versions/version.ts';
import { configurationWith, DOCUMENT, FOUR_NODES, STATUS_EXAMPLE } from '../document-example.ts';

const A = '10.0.0.1';
const B = '10.0.0.2';

const portsFor = (components: Parameters<typeof configurationWith>[0], version: ReleaseVersion = v170) =>
  Object.fromEntries(allocatePorts(configurationWith(components), version));

it('leaves every port where it is when each component has its own node', () => {
  expect(portsFor(DOCUMENT.components)).toEqual({
    'loggregator.incoming_port': 3456,
    'loggregator.outgoing_port': 8080,
    'loggregator.status.port': 5768,
    'traffic_controller.incoming_port': 13_456,
    'loggregator_endpoint.port': 13_456,
    'traffic_controller.outgoing_port': 18_080,
    'traffic_controller.status.port': 6789,
    'router.port': 80,
    'router.status.port': 8080,
    'uaa.port': 8080,
    'login.port': 8080,
  });
});

it('moves the router from haproxy', () => {
  expect(portsFor({ haproxy: [A], gorouter: [B, A] })).toMatchObject({ 'router.port': 8180 });
});

it('separates the three on 8080', () => {
  expect(portsFor({ uaa: [A], login: [A], gorouter: [A] })).toMatchObject({
    'router.port': 80,
    'router.status.port': 8080,
    'uaa.port': 8090,
    'login.port': 8100,
  });
});

it('gives the four nodes of the demonstration what they need', () => {
  expect(portsFor(FOUR_NODES)).toMatchObject({
    'loggregator.outgoing_port': 8080,
    'router.port': 80,
    'router.status.port': 8110,
    'uaa.port': 8080,
    'login.port': 8100,
  });
});

it.each([v170, v194])("gives the document's status example what it needs in cf $release.version", (version) => {
  expect(portsFor(STATUS_EXAMPLE, version)).toMatchObject({
    'router.port': 80,
    'router.status.port': 8080,
    'uaa.port': 8090,
    'login.port': 8100,
  });
});

it("says what keeps the document's status example from cf 160, and what to do", () => {
  expect(() => portsFor(STATUS_EXAMPLE, v160)).toThrow(
    /^\/components\/collector: collector and loggregator both listen on ports .* of 10\.10\.101\.181, .*another address$/,
  );
});

it('lets what cannot move have its port, and goes on where a range begins with taken ones', () => {
  const movable = { properties: ['uaa.port'], from: 90 } as const;
  const fixed = (port: number): PortSetting => ({ component: 'dea', protocol: 'tcp', port });
  const uaa: PortSetting = { component: 'uaa', protocol: 'tcp', port: 80, movable };
  const version = { ...v170, ports: [uaa, fixed(80), fixed(90), fixed(91)] };
  expect(portsFor({ uaa: [A], dea: [A] }, version)).toEqual({ 'uaa.port': 92 });
  expect(portsFor({ uaa: [A], dea: [B] }, version)).toEqual({ 'uaa.port': 80 });
  const datagrams = { ...version, ports: [{ ...uaa, protocol: 'udp' as const }, fixed(80)] };
  expect(portsFor({ uaa: [A], dea: [A] }, datagrams)).toEqual({ 'uaa.port': 80 });
});

describe('v160', () => {
  it('refuses haproxy with the router, and the log server with the traffic controller, all at once', () => {
    expect(() => portsFor({ haproxy: [A], gorouter: [A, B], loggregator: [B], collector: [A, B] }, v160)).toThrow(
      expect.objectContaining({
        code: 'InvalidConfiguration',
        problems: [
          {
            pointer: '/components/gorouter',
            message:
              'gorouter and haproxy both listen on port 80 of 10.0.0.1, and cf 160 can move neither: ' +
              'give one of them another address',
          },
          {
            pointer: '/components/collector',
            message:
              'collector and loggregator both listen on ports 3456, 8080 of 10.0.0.2, and cf 160 can move neither: ' +
              'give one of them another address',
          },
        ],
      }),
    );
  });

  it('moves everything else away from the log ports, which stay', () => {
    expect(portsFor({ loggregator: [A], gorouter: [A], uaa: [A], login: [A] }, v160)).toEqual({
      'loggregator.status.port': 5768,
      'traffic_controller.status.port': 6789,
      'router.status.port': 8110,
      'uaa.port': 8090,
      'login.port': 8100,
    });
  });

  it('takes the four nodes of the demonstration', () => {
    expect(portsFor(FOUR_NODES, v160)).toMatchObject({ 'router.status.port': 8110, 'login.port': 8100 });
  });
});

describe('v194', () => {
  it('leaves every port where it is when each component has its own node, with doppler off 8081', () => {
    expect(portsFor(DOCUMENT.components, v194)).toEqual({
      'doppler.outgoing_port': 8082,
      'loggregator.doppler_port': 8082,
      'doppler.status.port': 5768,
      'traffic_controller.outgoing_port': 8080,
      'loggregator.outgoing_dropsonde_port': 8081,
      'traffic_controller.status.port': 6789,
      'router.port': 80,
      'router.status.port': 8080,
      'uaa.port': 8080,
      'login.port': 8080,
    });
  });

  it('gives all components a place on one node', () => {
    const everything = Object.fromEntries(COMPONENTS.map((component) => [component, [A]]));
    expect(portsFor(everything, v194)).toMatchObject({
      'doppler.outgoing_port': 8082,
      'traffic_controller.outgoing_port': 8080,
      'router.port': 8180,
      'router.status.port': 8110,
      'uaa.port': 8090,
      'login.port': 8100,
    });
  });
});

it.each([v170, v194])('never gives two components of a node the same port in cf $release.version', (version) => {
  const addresses = fc.subarray([A, B, '10.0.0.3'], { minLength: 1 });
  const placement = fc.tuple(...COMPONENTS.map(() => addresses));
  fc.assert(
    fc.property(placement, (chosen) => {
      const components = Object.fromEntries(COMPONENTS.map((name, index) => [name, chosen[index] ?? []]));
      const ports = portsFor(components, version);
      const places = version.ports.flatMap(({ component, protocol, port, movable }) =>
        (components[component] ?? []).map(
          (address) => `${address} ${protocol} ${ports[movable?.properties[0] ?? ''] ?? port}`,
        ),
      );
      expect(new Set(places).size).toBe(places.length);
    }),
  );
});
