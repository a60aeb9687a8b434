module NiseBosh
  # Archives, by the node's own tar.
  module Tarball
    module_function

    def unpack(file, folder)
      tar('-xzf', file, '-C', folder, '--no-same-owner')
    end

    # The pax format keeps fractions of a second, and owners stay numbers.
    def pack(folder, file)
      tar('-czf', file, '--format=posix', '--numeric-owner', '-C', folder, '.')
    end

    # Unpacks an archive that we packed, with its owners.
    def restore(file, folder)
      tar('-xzpf', file, '--numeric-owner', '-C', folder)
    end

    def tar(*arguments)
      return if system('tar', *arguments, :in => '/dev/null', :out => :err)
      raise Error, "tar #{arguments.join(' ')} failed"
    end
  end
end
