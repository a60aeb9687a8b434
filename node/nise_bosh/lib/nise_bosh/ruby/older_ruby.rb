require 'time'
require 'uri'
require 'yaml'
begin
  require 'bigdecimal'
rescue LoadError
  # Ruby in WebAssembly has none.
end

# What templates of 2014 may call and newer rubies have removed, as in ruby 1.9.3. Defines only what is missing.

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

class Object
  unless method_defined?(:=~)
    def =~(_other)
      nil
    end
  end
end

# Manifests of that time have symbols, dates and aliases in their texts.
YAML.singleton_class.send(:alias_method, :load, :unsafe_load) if YAML.respond_to?(:unsafe_load)

if defined?(BigDecimal) && !BigDecimal.respond_to?(:new)
  BigDecimal.define_singleton_method(:new) { |*values| BigDecimal(*values) }
end

unless URI.respond_to?(:escape)
  parser = defined?(URI::RFC2396_PARSER) ? URI::RFC2396_PARSER : URI::DEFAULT_PARSER
  { :escape => :escape, :encode => :escape, :unescape => :unescape, :decode => :unescape }.each do |name, kept|
    URI.define_singleton_method(name) { |*values| parser.send(kept, *values) }
  end
end

# The libraries that BOSH's director has loaded before it renders.
{
  :Base64 => 'base64', :CGI => 'cgi', :Digest => 'digest', :FileUtils => 'fileutils', :IPAddr => 'ipaddr',
  :Logger => 'logger', :OpenSSL => 'openssl', :Pathname => 'pathname', :Resolv => 'resolv',
  :SecureRandom => 'securerandom', :Set => 'set', :Shellwords => 'shellwords', :Socket => 'socket',
  :StringIO => 'stringio', :Tempfile => 'tempfile', :Timeout => 'timeout', :Zlib => 'zlib'
}.each { |name, file| autoload(name, file) unless Object.const_defined?(name) }
