PHP_ARG_WITH([habeas], [for habeas],
  [AS_HELP_STRING([--with-habeas@<:@=DIR@:>@], [Reach libhabeas; DIR: where it is installed, else pkg-config is asked])])

if test "$PHP_HABEAS" != "no"; then
  if test "$PHP_HABEAS" != "yes" && test -r "$PHP_HABEAS/include/habeas.h"; then
    PHP_ADD_INCLUDE([$PHP_HABEAS/include])
    PHP_ADD_LIBRARY_WITH_PATH([habeas], [$PHP_HABEAS/$PHP_LIBDIR], [HABEAS_SHARED_LIBADD])
  else
    PKG_CHECK_MODULES([LIBHABEAS], [habeas >= 0.1])
    PHP_EVAL_INCLINE([$LIBHABEAS_CFLAGS])
    PHP_EVAL_LIBLINE([$LIBHABEAS_LIBS], [HABEAS_SHARED_LIBADD])
  fi
  PHP_SUBST([HABEAS_SHARED_LIBADD])
  PHP_NEW_EXTENSION([habeas], [habeas.c], [$ext_shared],, [-DZEND_ENABLE_STATIC_TSRMLS_CACHE=1])
fi
