import { assert, type Refusal } from '#kernel'
import type { HttpProblemCode, ProblemCatalogue } from './problem-catalogue.ts'
import type { Answer, ProblemDetails } from './route.ts'

/** Renders refusals and failures as RFC 9457 problem documents. */
export type Problems = {
  readonly catalogue: ProblemCatalogue
  /** Any code of the catalogue; without a detail, the catalogue's explanation is given. */
  readonly render: (requestId: string, refusal: Refusal, details?: ProblemDetails) => Answer
  /** A code of the HTTP layer. */
  readonly own: (requestId: string, code: HttpProblemCode, also?: OwnDetails) => Answer
}

export type OwnDetails = ProblemDetails & { readonly detail?: string; readonly param?: string | undefined }

/** Collects the catalogues of all modules. `docsUrl` is where the error pages are: `…/errors#code`. */
export function createProblems(catalogues: readonly ProblemCatalogue[], docsUrl: string): Problems {
  const catalogue: Record<string, ProblemCatalogue[string]> = {}
  for (const [code, entry] of catalogues.flatMap((each) => Object.entries(each))) {
    const before = Object.hasOwn(catalogue, code) ? catalogue[code] : undefined
    // Modules may refuse for one reason; it then means the same from each of them.
    assert(before === undefined || before.status === entry.status, `two modules declare the problem ${code}`)
    assert(entry.status >= 400 && entry.status <= 599, `the problem ${code} has the status ${entry.status}`)
    catalogue[code] = before ?? entry
  }
  const render: Problems['render'] = (requestId, refusal, details) => {
    const entry = Object.hasOwn(catalogue, refusal.code) ? catalogue[refusal.code] : undefined
    assert(entry, `the problem ${refusal.code} is in no catalogue`)
    const url = `${docsUrl}/errors#${refusal.code}`
    const body = JSON.stringify({
      type: url,
      title: entry.title,
      status: entry.status,
      detail: refusal.message,
      code: refusal.code,
      param: refusal.param,
      request_id: requestId,
      doc_url: url,
      errors: details?.errors,
    })
    return details?.headers === undefined
      ? { status: entry.status, body }
      : { status: entry.status, body, headers: details.headers }
  }
  return {
    catalogue,
    render,
    own: (requestId, code, also = {}) => {
      const message = also.detail ?? catalogue[code]?.explanation ?? ''
      const refusal = also.param === undefined ? { code, message } : { code, message, param: also.param }
      return render(requestId, refusal, also)
    },
  }
}
