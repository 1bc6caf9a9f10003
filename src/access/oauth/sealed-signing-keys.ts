import { isStale, type Place, type SealingTask, type SecretSealing } from '#platform/sealing'

export function signingKeyPlace(kid: string): Place {
  return { column: 'access.oauth_signing_keys.sealed', key: [kid] }
}

/** Seals the signing keys again after a rotation. Those of a file that is not here stay, until they are rotated themselves. */
export function sealedSigningKeys(sealing: SecretSealing): SealingTask {
  return {
    name: 'access.oauth_signing_keys',
    page: async (tx) => {
      const rows = await tx.query<{ kid: string; sealed: Buffer }>({
        text: 'select kid, sealed from access.oauth_signing_keys order by kid for no key update skip locked',
      })
      let sealed = 0
      for (const { kid, sealed: stored } of rows) {
        const text = stored.toString()
        const opened = isStale(text) ? sealing.open(signingKeyPlace(kid), text) : undefined
        if (opened === undefined) continue
        sealed += 1
        await tx.query({
          text: 'update access.oauth_signing_keys set sealed = $2 where kid = $1',
          values: [kid, Buffer.from(sealing.seal(signingKeyPlace(kid), opened))],
        })
      }
      return { looked: rows.length, sealed, next: undefined }
    },
  }
}
