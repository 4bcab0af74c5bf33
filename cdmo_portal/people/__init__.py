"""What people do with accounts: join, invite, approve, make keys.

Above `events`, so that every action here records one; `accounts` below holds the rows and the actor.
"""
