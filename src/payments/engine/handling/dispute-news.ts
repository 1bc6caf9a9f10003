import type { DisputeReport } from '#rails'
import type { DisputeNews } from '../../dispute.ts'

/** Amounts as strings of digits. */
export type ReportJson = Omit<DisputeReport, 'amount' | 'fee'> & { readonly amount: string; readonly fee?: string }

export type NewsJson =
  | (Omit<Extract<DisputeNews, { readonly kind: 'reported' }>, 'report'> & { readonly report: ReportJson })
  | Exclude<DisputeNews, { readonly kind: 'reported' }>

export function reportJson({ amount, fee, ...report }: DisputeReport): ReportJson {
  return { ...report, amount: amount.toString(), ...(fee !== undefined && { fee: fee.toString() }) }
}

export function readReport({ amount, fee, ...report }: ReportJson): DisputeReport {
  return { ...report, amount: BigInt(amount), ...(fee !== undefined && { fee: BigInt(fee) }) }
}

export function newsJson(news: DisputeNews): NewsJson {
  return news.kind === 'reported' ? { ...news, report: reportJson(news.report) } : news
}

export function readNews(news: NewsJson): DisputeNews {
  return news.kind === 'reported' ? { ...news, report: readReport(news.report) } : news
}
