// A certified OpenID provider, `oidc-provider`, on loopback. Arguments: the folder its packages lie in, certificate, key, and the
// address it leads back to. Prints its port. Whoever asks for an interaction with `?login=NAME&amr=pwd+otp` is signed in so.

import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import https from 'node:https';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

// The tests hear the port and close the pipe; what is said later must not end the program.
process.stdout.on('error', () => {});
const [folder, certificate, key, callback] = process.argv.slice(2);
const require = createRequire(path.join(folder, 'package.json'));
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

const jwk = (type, options, kid, alg) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig',
});
const client = (client_id, alg, more) => ({
  client_id, redirect_uris: [callback], response_types: ['code'], grant_types: ['authorization_code'],
  id_token_signed_response_alg: alg, ...more,
});
const secret = { client_secret: 'a secret for tests only: +/%&' };

const server = https.createServer({ cert: readFileSync(certificate), key: readFileSync(key) });
server.listen(0, '127.0.0.1', () => {
  const issuer = `https://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      client('tenken', 'RS256', secret),
      client('tenken-es', 'ES256', secret),
      client('tenken-ps', 'PS256', { ...secret, token_endpoint_auth_method: 'client_secret_post' }),
      client('tenken-public', 'RS256', { token_endpoint_auth_method: 'none' }),
    ],
    jwks: {
      keys: [
        jwk('rsa', { modulusLength: 2048 }, 'rs', 'RS256'),
        jwk('rsa', { modulusLength: 2048 }, 'ps', 'PS256'),
        jwk('ec', { namedCurve: 'P-256' }, 'es', 'ES256'),
      ],
    },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256'] },
    cookies: { keys: ['for tests only'] },
    claims: { openid: ['sub', 'amr', 'acr'], profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    acrValues: ['phr'],
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: `${id}@example.jp` }) }),
    async loadExistingGrant(ctx) {
      const { client, session, provider } = ctx.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    const asked = new URL(request.url, issuer);
    if (!asked.pathname.startsWith('/interaction/')) return answer(request, response);
    try {
      const name = asked.searchParams.get('login');
      if (name === null) {
        const { prompt } = await provider.interactionDetails(request, response);
        return response.end(JSON.stringify({ prompt: prompt.name, reasons: prompt.reasons }));
      }
      if (name === '') {
        const result = { error: 'access_denied', error_description: 'gave up' };
        return await provider.interactionFinished(request, response, result);
      }
      const login = { accountId: name, amr: asked.searchParams.get('amr')?.split(' ') ?? [] };
      await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
    } catch (error) {
      response.writeHead(500);
      response.end(String(error));
    }
  });
  console.log(server.address().port);
});
