# What only the node can tell: its names, files, commands. A template that asks gets a stand-in or the error that ruby
# has for it here, and a warning that names the line, since on the node it may well get on.
module NodeOnly
  # Where a template's question has no stand-in.
  class Unanswered < StandardError
  end

  WARNINGS = []

  class << self
    # Watches a template while the block renders it: gives [[line, question], ...].
    def watch(template)
      @template = template
      @asked = []
      yield
      @asked.uniq
    ensure
      @template = nil
    end

    # +question+: what the template does, as a phrase. Nothing that ruby's library asks while it is loaded counts.
    def ask(question)
      return if @template.nil? || @loading
      frame = caller.find { |entry| entry.start_with?("#{@template}:") }
      @asked << [frame && frame[@template.length + 1..-1].to_i, question]
    end

    def unanswered(question)
      ask(question)
      raise Unanswered, question
    end

    def asked?
      !@asked.empty?
    end

    def loading
      former = @loading
      @loading = true
      yield
    ensure
      @loading = former
    end

    # Has each of these methods of +owner+ ask before it does what it does here.
    def guard(owner, names, question)
      asking = Module.new do
        names.each do |name|
          define_method(name) do |*values, &block|
            NodeOnly.ask(question)
            super(*values, &block)
          end
          ruby2_keywords(name)
        end
      end
      owner.singleton_class.prepend(asking)
    end
  end
end
