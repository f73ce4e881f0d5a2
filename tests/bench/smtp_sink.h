/* A mail server that takes everything and keeps nothing, in a process of its own: for both sides of
 * send_smtp. POSIX. */
#ifndef HABEAS_TESTS_BENCH_SMTP_SINK_H
#define HABEAS_TESTS_BENCH_SMTP_SINK_H

#ifdef __cplusplus
extern "C" {
#endif

/* Begins to listen on 127.0.0.1; returns the port. Ends with this process, or by stop. */
int smtp_sink_start(void);
/* How many messages it took; call it after the last connection was closed. */
long smtp_sink_stop(void);

#ifdef __cplusplus
}
#endif

#endif
