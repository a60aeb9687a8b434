# Here are no files but those of ruby's own library.
FILE = 'looks at a file of the node'

NodeOnly.guard(IO, %i[read binread readlines foreach write binwrite copy_stream sysopen], FILE)
NodeOnly.guard(Dir, %i[glob [] children entries each_child foreach exist? exists? empty? open new mkdir rmdir pwd], FILE)
NodeOnly.guard(
  File,
  %i[
    open new exist? exists? file? directory? symlink? readable? writable? executable? world_readable? size size? zero?
    empty? stat lstat mtime ctime atime readlink realpath realdirpath ftype owned? delete unlink rename symlink link
    chmod chown mkfifo truncate utime
  ],
  FILE
)
NodeOnly.guard(FileTest, %i[exist? exists? file? directory? symlink? readable? writable? executable? size size? zero?], FILE)
