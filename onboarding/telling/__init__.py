"""What onboarding tells people, one module for each subject; ``onboarding.message_kinds`` reads them all."""
