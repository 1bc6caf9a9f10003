/** What is refused first when there is too much is last. */
export const requestClasses = ['urgent', 'normal', 'low'] as const
export type RequestClass = (typeof requestClasses)[number]

type Asked = { readonly method: string; readonly url: string; readonly priority: string | undefined }

/** Many at once, or for operators, who can wait. */
const slowWrites = /^\/v1\/(?:[a-z-]+\/batch|erasures|secrets|dead-letters|consumers|cases\/actions)(?:\/|$)/
/** A single object, or the balance of an account. Other reads are lists and reports. */
const singleRead = /^\/v1\/[a-z-]+\/[^/]+(?:\/balance)?$|^\/\.well-known\/|^\/oauth\//

/**
 * By the route, which is all that is known of a request before its body is read: what moves money, one object, and lists
 * and batches. A client may lower its own requests by `Priority: u=4` to `u=7` (RFC 9218), and raise none.
 */
export function classOf({ method, url, priority }: Asked): RequestClass {
  const path = url.split('?', 1)[0] ?? ''
  const isRead = method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
  const own = isRead ? (singleRead.test(path) ? 1 : 2) : slowWrites.test(path) ? 2 : 0
  const urgency = Number(/(?:^|[ ,])u=([0-7])(?:[ ,;]|$)/.exec(priority ?? '')?.[1] ?? 3)
  const lowered = urgency >= 6 ? 2 : urgency >= 4 ? 1 : 0
  return requestClasses[Math.min(2, own + lowered)] as RequestClass
}
