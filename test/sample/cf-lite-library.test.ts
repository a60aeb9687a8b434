import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIBRARY, SOURCES, hasRuby, ruby, run } from './run-ruby.ts';

describe.skipIf(!hasRuby)('the Ruby sources of cf-lite', () => {
  it('parse without a warning', async () => {
    const paths = await readdir(SOURCES, { recursive: true });
    const files = paths.filter((path) => path.endsWith('.rb')).map((path) => join(SOURCES, path));
    expect(files.length).toBeGreaterThan(20);
    const { stdout, stderr } = await run('ruby', ['-wc', ...files]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^(Syntax OK\s*)+$/);
  });
});

describe.skipIf(!hasRuby)('Token', () => {
  const newKeys = () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = { format: 'pem' } as const;
    return [privateKey.export({ type: 'pkcs8', ...pem }), publicKey.export({ type: 'spki', ...pem })].map(String);
  };
  const [privateKey = '', publicKey = ''] = newKeys();
  const verify = (token: string, options = '') => {
    const script = `
      signing, proving, foreign = ARGV
      claims = { 'user_name' => 'admin', 'exp' => Time.now.to_i + 60 }
      token = CfLite::Token.sign(claims, signing)
      begin
        answer CfLite::Token.verify(${token}, proving${options})
      rescue CfLite::Token::Invalid => error
        answer error.message
      end`;
    return ruby(script, privateKey, publicKey, newKeys()[0] ?? '');
  };

  it('gives the claims back', async () => {
    expect(await verify('token')).toMatchObject({ user_name: 'admin' });
  });

  it.each([
    ['changed claims', "token.sub(/\\.[^.]+\\./, '.' + CfLite::Token.encode('{\"user_name\":\"root\"}') + '.')"],
    ['the algorithm none', "CfLite::Token.encode('{\"alg\":\"none\"}') + '.' + token.split('.')[1] + '.'"],
    ['a key of somebody else', 'CfLite::Token.sign(claims, foreign)'],
  ])('refuses %s', async (_, token) => {
    expect(await verify(token)).toMatch(/wrong signature|not a token/);
  });

  it('refuses a token that has run out', async () => {
    expect(await verify('token', ', now: Time.now + 61')).toBe('the token has run out');
  });

  it('refuses what is no token at all', async () => {
    expect(await verify("'hello'")).toBe('not a token');
  });
});

describe.skipIf(!hasRuby)('HttpServer', () => {
  const echo = `
    routes = CfLite::HttpRoutes.new
    routes.on('GET', '/apps/:guid') { |_, guid:| CfLite::HttpRoutes.json(guid: guid) }
    routes.on('POST', '/echo') { |request| CfLite::HttpRoutes.json(bytes: request.body.bytesize, form: request.form) }
    routes.on('GET', '/broken') { raise 'no' }
    server = CfLite::HttpServer.on_port('127.0.0.1', 0, &routes).start
    puts server.port
    $stdin.read`;
  let port: number;
  let stop: () => void;

  beforeAll(async () => {
    const child = spawn('ruby', ['-I', LIBRARY, '-e', `require 'cf_lite'; $stdout.sync = true; ${echo}`]);
    stop = () => void child.stdin.end();
    port = await new Promise((resolve) => child.stdout.once('data', (line: Buffer) => resolve(Number(String(line)))));
  });
  afterAll(() => stop());
  const url = (path: string) => `http://127.0.0.1:${port}${path}`;

  it('passes the named parts of a path on', async () => {
    expect(await (await fetch(url('/apps/one%20two'))).json()).toEqual({ guid: 'one%20two' });
  });

  it('reads a body with a length and one in chunks', async () => {
    const body = new URLSearchParams({ a: 'x y' });
    expect(await (await fetch(url('/echo'), { method: 'POST', body })).json()).toEqual({
      bytes: 5,
      form: { a: 'x y' },
    });
    const chunks = ReadableStream.from([Buffer.from('ab'), Buffer.from('=c')]);
    const answer = await fetch(url('/echo'), { method: 'POST', body: chunks, duplex: 'half' });
    expect(await answer.json()).toEqual({ bytes: 4, form: { ab: 'c' } });
  });

  it('answers several requests on one connection, and HTTP/1.0 without a length', async () => {
    const text = await new Promise<string>((resolve) => {
      let seen = '';
      const socket = connect(port, '127.0.0.1', () =>
        socket.write('GET /apps/1 HTTP/1.1\r\nHost: x\r\n\r\nGET /apps/2 HTTP/1.0\r\n\r\n'),
      );
      socket.on('data', (data) => (seen += String(data))).on('close', () => resolve(seen));
    });
    expect(text.match(/\{"guid":"\d"\}/g)).toEqual(['{"guid":"1"}', '{"guid":"2"}']);
  });

  it('says 404 for an unknown page and 500 for a mistake of its own', async () => {
    expect((await fetch(url('/nowhere'))).status).toBe(404);
    expect((await fetch(url('/broken'))).status).toBe(500);
  });
});
