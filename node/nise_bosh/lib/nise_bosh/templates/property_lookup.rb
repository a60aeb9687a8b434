module NiseBosh
  # Properties are nested hashes addressed by dotted names (`nats.user`). nil means not set; false counts as set.
  module PropertyLookup
    module_function

    # Where there is no mapping on the way, yields its name and what is there instead.
    # Not with `each`: each return out of a block takes ruby in WebAssembly 25 kB, which it never gives back.
    def find(properties, name)
      keys = name.to_s.split('.')
      level = properties
      depth = 0
      while depth < keys.size
        unless level.is_a?(Hash)
          yield keys.first(depth).join('.'), level if block_given?
          return nil
        end
        level = level[keys[depth]]
        depth += 1
      end
      level
    end

    def place(properties, name, value)
      *parents, leaf = name.to_s.split('.')
      level = parents.inject(properties) do |parent, key|
        parent[key] = {} unless parent[key].is_a?(Hash)
        parent[key]
      end
      level[leaf] = value
    end

    # Deep merge; where both are not hashes, +second+ wins.
    def merge(first, second)
      first.merge(second) do |_key, ours, theirs|
        ours.is_a?(Hash) && theirs.is_a?(Hash) ? merge(ours, theirs) : theirs
      end
    end

    # Deep, so that a template that changes what it reads changes nothing for others.
    def copy(value)
      case value
      when String then value.dup
      when Hash then Hash[value.map { |key, inner| [key, copy(inner)] }]
      when Array then value.map { |inner| copy(inner) }
      else value
      end
    end
  end
end
