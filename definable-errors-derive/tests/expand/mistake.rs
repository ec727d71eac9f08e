struct Lost<T: Clone>(T);
