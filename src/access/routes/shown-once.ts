import { type Answer, answer } from '#platform/http'

type OnceShown = { readonly view: object; readonly secret: Readonly<Record<string, string | null>> }

/** An answer with a secret that no other answer has: a replay has null there. */
export function shownOnce(status: number, { view, secret }: OnceShown): Answer {
  const hidden = Object.fromEntries(Object.keys(secret).map((name) => [name, null]))
  return { ...answer(status, { ...view, ...secret }), keptBody: JSON.stringify({ ...view, ...hidden }) }
}
