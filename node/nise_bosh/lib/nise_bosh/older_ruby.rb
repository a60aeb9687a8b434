# What templates of 2014 may call and newer rubies took away, as ruby 1.9.3 has it. Defines only what is missing.

[File, Dir].each do |kind|
  kind.singleton_class.send(:alias_method, :exists?, :exist?) unless kind.respond_to?(:exists?)
end

class Object
  unless method_defined?(:taint)
    def taint
      self
    end
    alias_method :untaint, :taint

    def tainted?
      false
    end
  end
end

Fixnum = Integer unless defined?(Fixnum)
Bignum = Integer unless defined?(Bignum)

# Since 3.4 {1 => 2} prints with spaces and {:a => 2} as {a: 2}.
unless { 1 => 2 }.inspect == '{1=>2}'
  class Hash
    def inspect
      "{#{map { |key, value| "#{key.inspect}=>#{value.inspect}" }.join(', ')}}"
    end
    alias_method :to_s, :inspect
  end
end
