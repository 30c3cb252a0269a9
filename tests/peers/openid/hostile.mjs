// An OpenID provider that misbehaves as it is told: `GET /be/MODE`. Arguments: certificate, key. Prints its port. It signs whoever
// asks in at once, as the account of `/be/MODE?sub=NAME`. `GET /hits` tells how often what it redirects to was asked for.

import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import https from 'node:https';

const [certificate, key] = process.argv.slice(2);
const known = generateKeyPairSync('rsa', { modulusLength: 2048 });
const unknown = generateKeyPairSync('rsa', { modulusLength: 2048 });
const codes = new Map();
const SECRET = 'a secret for tests only';
let mode = 'good';
let sub = 'sato';
let hits = 0;

const base64 = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

function token(issuer, nonce) {
  const now = Math.floor(Date.now() / 1000);
  let header = { alg: 'RS256', typ: 'JWT', kid: 'k' };
  const claims = {
    iss: issuer, sub, aud: 'tenken', nonce, iat: now, exp: now + 300, auth_time: now, amr: ['pwd', 'otp'],
    preferred_username: `${sub}@example.jp`,
  };
  const change = {
    nonce: { nonce: 'another' },
    no_nonce: { nonce: undefined },
    audience: { aud: 'another' },
    audiences: { aud: ['tenken', 'another'], azp: 'tenken' },
    party: { azp: 'another' },
    issuer: { iss: 'https://another.example.jp' },
    expired: { iat: now - 900, exp: now - 600 },
    issued_early: { iat: now - 3600 },
    issued_late: { iat: now + 3600, exp: now + 7200 },
    no_subject: { sub: '' },
    no_auth_time: { auth_time: undefined },
    stale: { auth_time: now - 3600 },
    skewed: { iat: now - 100, auth_time: now - 130 },
    single: { amr: ['pwd'] },
  }[mode];
  Object.assign(claims, change);
  if (mode === 'none') header = { alg: 'none' };
  if (mode === 'hs256') header = { alg: 'HS256' };
  if (mode === 'rs512') header.alg = 'RS512';
  if (mode === 'crit') header.crit = ['b64'];
  const text = `${base64(header)}.${base64(claims)}`;
  if (mode === 'none') return `${text}.`;
  if (mode === 'hs256') return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
  const signer = mode === 'key' ? unknown : known;
  const hash = mode === 'rs512' ? 'sha512' : 'sha256';
  const signature = sign(hash, Buffer.from(text), signer.privateKey).toString('base64url');
  return mode === 'changed' ? `${base64(header)}.${base64({ ...claims, sub: 'kato' })}.${signature}` : `${text}.${signature}`;
}

const server = https.createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
  const issuer = `https://localhost:${server.address().port}`;
  const asked = new URL(request.url, issuer);
  const json = (value) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };
  const lead = (status, address) => {
    response.writeHead(status, { location: address });
    response.end();
  };
  const huge = () => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ x: 'x'.repeat(4 << 20) }));
  };
  if (asked.pathname.startsWith('/be/')) {
    mode = asked.pathname.slice('/be/'.length);
    sub = asked.searchParams.get('sub') ?? 'sato';
    return json({});
  }
  switch (asked.pathname) {
    case '/hits':
      return json(hits);
    case '/internal':
      hits += 1;
      return json({});
    case '/.well-known/openid-configuration':
      if (mode === 'redirect') return lead(302, `${issuer}/internal`);
      if (mode === 'huge') return huge();
      if (mode === 'no_json') return response.end('<html>');
      if (mode === 'slow') return undefined;
      return json({
        issuer: mode === 'description' ? 'https://another.example.jp' : issuer,
        authorization_endpoint: `${mode === 'plain' ? 'http://localhost' : issuer}/authorize`,
        token_endpoint: `${mode === 'plain_token' ? issuer.replace('https', 'http') : issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    case '/keys':
      if (mode === 'huge_keys') return huge();
      return json({ keys: [{ ...known.publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig' }] });
    case '/authorize': {
      const back = new URL(asked.searchParams.get('redirect_uri'));
      if (mode === 'denied') {
        back.searchParams.set('error', 'access_denied');
      } else {
        const code = String(codes.size + 1);
        codes.set(code, asked.searchParams.get('nonce'));
        back.searchParams.set('code', code);
      }
      if (mode === 'mixed_up') back.searchParams.set('iss', 'https://another.example.jp');
      back.searchParams.set('state', asked.searchParams.get('state'));
      return lead(302, back.href);
    }
    case '/token': {
      let sent = '';
      request.on('data', (chunk) => { sent += chunk; });
      request.on('end', () => {
        const form = new URLSearchParams(sent);
        if (mode === 'token_redirect') return lead(307, `${issuer}/internal`);
        if (mode === 'huge_token') return huge();
        if (mode === 'slow_token') return undefined;
        if (mode === 'no_token') return json({ access_token: 'x', token_type: 'Bearer' });
        if (mode === 'refused') {
          response.writeHead(400, { 'content-type': 'application/json' });
          return response.end(JSON.stringify({ error: 'invalid_client' }));
        }
        return json({ access_token: 'x', token_type: 'Bearer', id_token: token(issuer, codes.get(form.get('code'))) });
      });
      return undefined;
    }
    default:
      response.writeHead(404);
      return response.end();
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
