# Notices what a template does to ruby itself: the instances after it would see that, and each of them has a ruby of its
# own on its node.
module ChangedRuby
  class << self
    def watch
      @is_changed = false
      @before = state
      @is_watching = true
      yield
    ensure
      @is_watching = false
      @is_changed ||= state != @before
    end

    # Methods of the context are forgotten with the instance.
    def note(owner = nil)
      @is_changed = true if @is_watching && owner != NiseBosh::TemplateContext
    end

    def changed?
      @is_changed
    end

    private

    def state
      [ENV.to_h, Object.constants.size, [Object, Kernel, String, Array, Hash, Integer, NilClass].map(&:ancestors)]
    end
  end

  # Also of what is defined anew: its name tells nothing.
  module Hooks
    private

    def method_added(*)
      ChangedRuby.note(self)
      super
    end

    def singleton_method_added(*)
      ChangedRuby.note(self)
      super
    end

    def method_removed(*)
      ChangedRuby.note(self)
      super
    end

    def method_undefined(*)
      ChangedRuby.note(self)
      super
    end
  end
end
Module.prepend(ChangedRuby::Hooks)
