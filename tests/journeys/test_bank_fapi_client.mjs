// A bank written by strangers: oauth4webapi, the certified npm client, against the running house.
// Reads {issuer, client_id, jwk, path} from standard input, prints what it saw as one JSON object.
import * as oauth from './vendor/oauth4webapi-3.8.8.mjs'

const asked = JSON.parse(await new Response(process.stdin).text())
const http = { [oauth.allowInsecureRequests]: true } // the house of a test speaks plain HTTP
const seen = {}

const issuer = new URL(asked.issuer)
const as = await oauth.processDiscoveryResponse(
  issuer,
  await oauth.discoveryRequest(issuer, { ...http, algorithm: 'oauth2' }),
)
seen.methods = as.token_endpoint_auth_methods_supported

const { kid, ...jwk } = asked.jwk
delete jwk.use
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const key = await crypto.subtle.importKey('jwk', { ...jwk, key_ops: ['sign'] }, algorithm, false, ['sign'])
const client = { client_id: asked.client_id }
const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256', { extractable: false }))

// keeps the last request exactly as it went out, so that it can be sent a second time
let last
const remember = (url, init) => {
  last = { url, init }
  return fetch(url, init)
}
const again = async () => (await fetch(last.url, last.init)).status

const token = async (handle) => {
  const reply = await oauth.clientCredentialsGrantRequest(
    as, client, oauth.PrivateKeyJwt({ key, kid }), new URLSearchParams({ scope: 'bank' }),
    { ...http, DPoP: handle, [oauth.customFetch]: remember },
  )
  return oauth.processClientCredentialsResponse(as, client, reply)
}
const granted = await token(DPoP)
seen.token_type = granted.token_type
seen.scope = granted.scope
seen.assertion_replayed = await again()

const resource = new URL(asked.path, asked.issuer)
const options = { ...http, [oauth.customFetch]: remember }
const call = async (method, handle, body, headers) => {
  try {
    const reply = await oauth.protectedResourceRequest(
      granted.access_token, method, resource, new Headers(headers), body,
      { ...options, DPoP: handle },
    )
    return { status: reply.status, body: await reply.json() }
  } catch (error) {
    if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error
    return { status: error.status, challenge: error.cause[0] }
  }
}
const first = await call('GET', DPoP)
seen.status = first.status
seen.items = Array.isArray(first.body?.items)
seen.proof_replayed = await again()
seen.proof_for_other_method = (await fetch(last.url, { ...last.init, method: 'DELETE' })).status
seen.proof_for_other_address = (await fetch(`${last.url}/other`, last.init)).status
seen.without_proof = (await call('GET', undefined)).status
const stranger = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
const stolen = await call('GET', stranger)
seen.other_key = stolen.status
seen.challenge = stolen.challenge?.scheme
seen.fresh_proof = (await call('GET', DPoP)).status
process.stdout.write(JSON.stringify(seen))
