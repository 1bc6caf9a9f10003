import { assert, type Refusal } from '#kernel'
import type { Answer, ProblemDetails } from '../route.ts'
import type { HttpProblemCode, ProblemCatalog } from './problem-catalog.ts'

/** Renders refusals and failures as RFC 9457 problem documents. */
export type Problems = {
  readonly catalog: ProblemCatalog
  readonly render: (requestId: string, refusal: Refusal, details?: ProblemDetails) => Answer
  readonly own: (requestId: string, code: HttpProblemCode, also?: OwnDetails) => Answer
}

export type OwnDetails = ProblemDetails & { readonly detail?: string; readonly param?: string | undefined }

/** `docsUrl` is the base of the error pages: `…/errors#code`. */
export function createProblems(catalogs: readonly ProblemCatalog[], docsUrl: string): Problems {
  const catalog: Record<string, ProblemCatalog[string]> = {}
  for (const [code, entry] of catalogs.flatMap((each) => Object.entries(each))) {
    const before = Object.hasOwn(catalog, code) ? catalog[code] : undefined
    // Modules may share a code if it means the same in each.
    assert(before === undefined || before.status === entry.status, `two modules declare the problem ${code}`)
    assert(entry.status >= 400 && entry.status <= 599, `the problem ${code} has the status ${entry.status}`)
    catalog[code] = before ?? entry
  }
  const render: Problems['render'] = (requestId, refusal, details) => {
    const entry = Object.hasOwn(catalog, refusal.code) ? catalog[refusal.code] : undefined
    assert(entry, `the problem ${refusal.code} is in no catalog`)
    const url = `${docsUrl}/errors#${refusal.code}`
    const body = JSON.stringify({
      type: url,
      title: entry.title,
      status: entry.status,
      detail: refusal.message,
      code: refusal.code,
      param: refusal.param,
      permission: details?.permission,
      approval: details?.approval,
      request_id: requestId,
      doc_url: url,
      errors: details?.errors,
    })
    return details?.headers === undefined
      ? { status: entry.status, body }
      : { status: entry.status, body, headers: details.headers }
  }
  return {
    catalog,
    render,
    own: (requestId, code, also = {}) => {
      const message = also.detail ?? catalog[code]?.explanation ?? ''
      const refusal = also.param === undefined ? { code, message } : { code, message, param: also.param }
      return render(requestId, refusal, also)
    },
  }
}
