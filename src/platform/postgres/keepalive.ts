/**
 * How soon a server notices that a client's machine is gone, or the way to it: PostgreSQL leaves that to the operating
 * system, which asks for the first time after two hours. So long a process of the server that waits for nobody would
 * keep its locks and turns, and its place among the connections. Of no effect on a Unix socket.
 */
export const keepaliveSettings = {
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
} as const
