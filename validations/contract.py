"""What a contract is: the columns, key and rules of one source, from which its Pandera schema is made."""
