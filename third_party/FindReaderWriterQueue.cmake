# readerwriterqueue: the lock-free queue of one producer and one consumer under wire's event queue. Header-only.
#   third_party::readerwriterqueue     <readerwriterqueue/readerwriterqueue.h>
include(Package)
wd_find_header(READERWRITERQUEUE_INCLUDE_DIR readerwriterqueue/readerwriterqueue.h "readerwriterqueue"
  libreaderwriterqueue-dev)
wd_package_target(third_party::readerwriterqueue INCLUDE ${READERWRITERQUEUE_INCLUDE_DIR})
set(ReaderWriterQueue_FOUND TRUE)
